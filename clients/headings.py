"""Column headings of other people's tables, Russian and English, by which an import knows a field besides its label."""


def _listed(**texts: str) -> dict[str, tuple[str, ...]]:
    return {
        name: tuple(heading.strip() for heading in text.split(";"))
        for name, text in texts.items()
    }


CLIENT_HEADINGS = _listed(
    name=(
        "Название; Наименование; Краткое наименование; Сокращённое наименование; "
        "Название компании; Название организации; Наименование организации; "
        "Наименование компании; Наименование клиента; Наименование контрагента; "
        "Компания; Организация; Фирма; Предприятие; Контрагент; Клиент; Покупатель; "
        "Заказчик; Поставщик; Name; Short name; Company; Company name; Account; "
        "Account name; Organization; Organisation; Customer; Customer name; Client; "
        "Client name; Firm"
    ),
    legal_form=(
        "ОПФ; Форма; Форма собственности; Правовая форма; Организационно-правовая "
        "форма; Организационно правовая форма (ОПФ); Legal entity type; Entity type"
    ),
    full_name=(
        "Полное наименование; Полное название; Полное наименование организации; "
        "Полное наименование юридического лица; Юридическое название; Юридическое "
        "наименование; Legal name; Official name; Registered name; Full company name"
    ),
    kind="Вид; Лицо; Тип лица; Юр/физ лицо; Kind; Person or company",
    category=(
        "Категория; Категория клиента; Тип контрагента; Тип клиента; Вид контрагента; "
        "Account type; Customer type"
    ),
    relationship=(
        "Тип отношений; Отношения; Статус клиента; Вид клиента; Relationship type; "
        "Customer status; Lifecycle stage"
    ),
    industry=(
        "Отрасль; Сфера; Сфера деятельности; Вид деятельности; Сектор; Sector; "
        "Industry sector; Business"
    ),
    region=(
        "Регион; Область; Край; Субъект РФ; Территория; State; Province; Territory; "
        "Office location; Location"
    ),
    group=(
        "Группа; Группа клиентов; Группа контрагентов; Client group; Customer group; "
        "Segment; Сегмент"
    ),
    city="Город; Населённый пункт; Нас. пункт; Town; City/Town",
    curator=(
        "Куратор; Менеджер; Ответственный; Ответственный менеджер; Персональный "
        "менеджер; Основной менеджер; Продавец; Manager; Owner; Account owner; "
        "Account manager; Sales rep; Sales agent; Assigned to; Responsible"
    ),
    last_contact_at="Последний контакт; Last contact",
    next_step_at="Следующий шаг; Next step on",
    phones=(
        "Телефон; Тел; Тел.; Телефоны; Номер телефона; Рабочий телефон; Контактный "
        "телефон; Телефон/факс; Тел./факс; Мобильный; Мобильный телефон; Сотовый; "
        "Phone; Phone number; Telephone; Tel; Work phone; Mobile; Mobile phone; Cell"
    ),
    fax="Факс; Fax number",
    emails=(
        "E-mail; Email; Е-mail; Mail; Почта; Эл. почта; Электронная почта; Адрес "
        "электронной почты; Электронный адрес; Имейл; Email address; E-mail address"
    ),
    sites=(
        "Сайт; Сайты; Веб-сайт; Вебсайт; Адрес сайта; Web; Website; Web site; URL; "
        "Homepage; WWW"
    ),
    postal_address=(
        "Адрес; Почтовый адрес; Фактический адрес; Адрес фактический; Адрес почтовый; "
        "Адрес офиса; Address; Mailing address; Street address; Billing address"
    ),
    legal_address=(
        "Юридический адрес; Адрес юридический; Юр. адрес; Юрадрес; Адрес регистрации; "
        "Место нахождения; Legal address"
    ),
    delivery_address="Адрес доставки; Shipping address; Адрес отгрузки",
    contact_name=(
        "Контактное лицо; Контакт; Контактное лицо (ФИО); ФИО; ФИО контакта; ФИО "
        "контактного лица; Имя контакта; Представитель; Руководитель; Директор; "
        "Генеральный директор; Contact; Contact name; Primary contact"
    ),
    contact_position="Должность; Должность контактного лица; Position; Job title; Title",
    contact_phone=(
        "Телефон контактного лица; Телефон контакта; Контактный телефон "
        "представителя; Contact phone"
    ),
    contact_email=(
        "E-mail контактного лица; Почта контактного лица; E-mail контакта; Contact "
        "email; Contact e-mail"
    ),
    inn="ИНН; ИНН организации; Tax ID; TIN; Taxpayer number",
    kpp="КПП",
    ogrn="ОГРН; ОГРНИП; ОГРН/ОГРНИП; Registration number",
    initiative="Инициатива; Кто начал; Чья инициатива; Initiative",
    source=(
        "Источник; Источник информации; Источник о фирме; Откуда узнали; Откуда узнал "
        "о компании; Source; Lead source; Information source"
    ),
    product_source=(
        "Источник о товаре; Источник о продукте; Откуда узнал о товаре; Product source"
    ),
    trigger_event="Событие; Повод; Побудившее событие; Повод обращения; Trigger",
    campaign="Кампания; Рекламная кампания; Акция; Marketing campaign",
    interest="Степень интереса; Интерес; Interest; Interest level",
    true_need="Истинная потребность; Потребность; Need; Needs",
    products_of_interest=(
        "Интересующие товары; Интересующие продукты; Интересуют товары; Интересуется; "
        "Interested in; Products of interest"
    ),
    products_bought=(
        "Купленные товары; Купили; Покупал; Приобретённые товары; Bought; Purchased "
        "products"
    ),
    parent=(
        "Головная организация; Головная компания; Головная фирма; Холдинг; "
        "Материнская компания; Parent company; Parent account; Subsidiary of; "
        "Subsidiary_of"
    ),
    first_contact_at="Первый контакт; Дата первого контакта; Клиент с; First contact date",
    first_contact_by="Автор первого контакта; First contact by",
    created_at="Дата создания; Created; Created at",
    outside_id=(
        "Код; Код клиента; Код контрагента; Внешний код; Номер клиента; ID; Id "
        "клиента; External id; Account id; Customer id; Code"
    ),
    note=(
        "Примечание; Примечания; Комментарий; Комментарии; Заметка; Заметки; "
        "Дополнительно; Описание; Notes; Comment; Comments; Description; Remarks"
    ),
)

CONTACT_HEADINGS = _listed(
    name="ФИО; Контактное лицо; Контакт; Full name; Contact; Name",
    last_name="Фамилия; Surname; Family name",
    first_name="Имя; Given name",
    patronymic="Отчество; Middle name",
    clients="Компания; Организация; Клиент; Фирма; Company; Account",
    position="Должность; Job title; Title",
    phones="Телефон; Мобильный; Тел.; Phone; Mobile; Work phone",
    emails="E-mail; Email; Почта; Электронная почта; Mail",
    birthday="День рождения; Дата рождения; Date of birth",
    note="Примечание; Комментарий; Notes; Comment",
)
