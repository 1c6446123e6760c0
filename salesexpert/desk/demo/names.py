"""Plainly invented people and firms.

Surnames come from stationery, drafts and samples; firms from words for what does not exist. Phones have a subscriber
number that starts with 0, or a mobile code that no operator holds, so none of them rings anywhere; INN and OGRN have
right check digits and the region 00, which the tax service does not have.
"""

from collections.abc import Callable
from random import Random

SURNAMES = [
    "Образцов",
    "Примеров",
    "Тестов",
    "Эталонов",
    "Пробников",
    "Чертежников",
    "Линейкин",
    "Заготовкин",
    "Сметанников",
    "Кладовщиков",
    "Ручкин",
    "Проверкин",
    "Черновиков",
    "Эскизов",
    "Набросков",
    "Макетов",
    "Шаблонов",
    "Бумажкин",
    "Папкин",
    "Скрепкин",
    "Кнопкин",
    "Печаткин",
    "Штемпелев",
    "Накладнов",
    "Циркулев",
    "Лекалов",
    "Карандашев",
    "Ластиков",
    "Тетрадкин",
    "Блокнотов",
    "Конвертов",
    "Ведомостин",
    "Табличкин",
    "Графкин",
    "Формулин",
    "Запятов",
    "Точкин",
    "Скобкин",
    "Кавычкин",
    "Абзацев",
    "Строчкин",
    "Буквин",
    "Словарёв",
    "Азбукин",
    "Примечаев",
    "Сносочкин",
    "Оглавлев",
    "Страницын",
    "Переплётов",
    "Обложкин",
    "Титулов",
    "Заголовков",
    "Выдумкин",
    "Небылицын",
    "Присказкин",
    "Понарошкин",
    "Мнимов",
    "Муляжов",
    "Трафаретов",
    "Прототипов",
    "Копиркин",
    "Калькин",
    "Пунктиров",
    "Контуров",
    "Силуэтов",
    "Цитатин",
    "Параграфов",
    "Сканеров",
    "Распечаткин",
    "Журналов",
    "Архивин",
    "Каталогов",
    "Картотекин",
    "Ярлыков",
    "Этикеткин",
    "Бирюлькин",
    "Вкладышев",
    "Закладкин",
    "Указателев",
    "Справкин",
    "Квитанцин",
    "Реестров",
    "Протоколов",
    "Записочкин",
    "Анкетин",
    "Бланков",
    "Опросников",
    "Списочкин",
    "Подшивкин",
    "Пробный",
    "Условный",
    "Безымянный",
    "Вымышленный",
    "Примерный",
    "Тестовый",
    "Учебный",
    "Запасной",
    "Показательный",
    "Сравнительный",
]

MEN = [
    "Александр",
    "Алексей",
    "Андрей",
    "Антон",
    "Аркадий",
    "Борис",
    "Вадим",
    "Валентин",
    "Василий",
    "Виктор",
    "Виталий",
    "Владимир",
    "Вячеслав",
    "Геннадий",
    "Георгий",
    "Глеб",
    "Григорий",
    "Даниил",
    "Денис",
    "Дмитрий",
    "Евгений",
    "Егор",
    "Иван",
    "Игорь",
    "Кирилл",
    "Константин",
    "Лев",
    "Леонид",
    "Максим",
    "Михаил",
    "Никита",
    "Николай",
    "Олег",
    "Павел",
    "Пётр",
    "Роман",
    "Семён",
    "Сергей",
    "Степан",
    "Тимур",
    "Фёдор",
    "Юрий",
    "Ярослав",
]
WOMEN = [
    "Александра",
    "Алина",
    "Алла",
    "Анастасия",
    "Анна",
    "Валентина",
    "Валерия",
    "Вера",
    "Виктория",
    "Галина",
    "Дарья",
    "Евгения",
    "Екатерина",
    "Елена",
    "Жанна",
    "Зинаида",
    "Зоя",
    "Инна",
    "Ирина",
    "Кира",
    "Клавдия",
    "Кристина",
    "Ксения",
    "Лариса",
    "Лидия",
    "Любовь",
    "Людмила",
    "Маргарита",
    "Марина",
    "Мария",
    "Надежда",
    "Наталья",
    "Нина",
    "Оксана",
    "Ольга",
    "Полина",
    "Раиса",
    "Светлана",
    "София",
    "Тамара",
    "Татьяна",
    "Юлия",
]
MIDDLE = [
    "Александрович",
    "Алексеевич",
    "Андреевич",
    "Антонович",
    "Аркадьевич",
    "Борисович",
    "Вадимович",
    "Валентинович",
    "Васильевич",
    "Викторович",
    "Витальевич",
    "Владимирович",
    "Геннадьевич",
    "Георгиевич",
    "Григорьевич",
    "Денисович",
    "Дмитриевич",
    "Евгеньевич",
    "Егорович",
    "Иванович",
    "Игоревич",
    "Константинович",
    "Леонидович",
    "Максимович",
    "Михайлович",
    "Николаевич",
    "Олегович",
    "Павлович",
    "Петрович",
    "Романович",
    "Семёнович",
    "Сергеевич",
    "Степанович",
    "Тимурович",
    "Фёдорович",
    "Юрьевич",
    "Ярославович",
]

ROOTS = [
    "Пример",
    "Образец",
    "Макет",
    "Шаблон",
    "Эскиз",
    "Проба",
    "Тест",
    "Эталон",
    "Вымпел",
    "Условие",
    "Выдумка",
    "Фантазия",
    "Бутафор",
    "Черновик",
    "Небыль",
    "Демо",
    "Прототип",
    "Аноним",
    "Псевдо",
    "Мираж",
    "Набросок",
    "Модель",
    "Трафарет",
    "Муляж",
    "Небылица",
    "Лекало",
    "Абстракт",
    "Символ",
    "Пунктир",
    "Контур",
    "Силуэт",
    "Калька",
    "Копия",
    "Дубль",
    "Реплика",
    "Лукоморье",
    "Тридевять",
    "Самобранка",
    "Китеж",
    "Буян",
    "Алатырь",
    "Выдумск",
    "Примерск",
    "Макетово",
    "Тестоград",
    "Нигдейск",
    "Понарошку",
    "Фиктив",
    "Имитат",
    "Заглушка",
    "Болванка",
    "Муляжник",
    "Репетиция",
    "Легенда",
    "Притча",
    "Сказ",
    "Былина",
    "Гипотеза",
    "Допуск",
    "Параграф",
    "Цитата",
    "Сноска",
    "Формуляр",
    "Кавычка",
    "Запятая",
    "Пробел",
    "Столбец",
    "Таблица",
    "Строка",
]
STEMS = [
    "Пример",
    "Образц",
    "Макет",
    "Шаблон",
    "Эскиз",
    "Проб",
    "Тест",
    "Эталон",
    "Услов",
    "Выдум",
    "Фантаз",
    "Бутафор",
    "Чернов",
    "Небыл",
    "Демо",
    "Модел",
    "Абстракт",
    "Силуэт",
    "Контур",
    "Реплик",
    "Лекал",
    "Фиктив",
    "Мним",
    "Учеб",
    "Нигде",
    "Копир",
]
ADJECTIVES = [
    "Тестовый",
    "Примерный",
    "Условный",
    "Мнимый",
    "Бутафорский",
    "Пробный",
    "Эталонный",
    "Учебный",
    "Макетный",
    "Шаблонный",
    "Вымышленный",
    "Чертёжный",
    "Показательный",
    "Небывалый",
    "Сказочный",
    "Нигдейский",
    "Выдумский",
    "Образцовый",
    "Черновой",
    "Модельный",
]


def feminine(surname: str) -> str:
    if surname.endswith(("ый", "ой")):
        return surname[:-2] + "ая"
    return surname + "а"


def patronymic(stem: str, is_woman: bool) -> str:
    return stem[:-2] + "на" if is_woman else stem


Name = tuple[str, str, str, bool]


def person(random: Callable[[], float]) -> Name:
    """First name, patronymic, last name, whether a woman."""
    is_woman = random() < 0.48
    last = SURNAMES[int(random() * len(SURNAMES))]
    first = (WOMEN if is_woman else MEN)[int(random() * (42 if is_woman else 43))]
    middle = patronymic(MIDDLE[int(random() * len(MIDDLE))], is_woman)
    return first, middle, feminine(last) if is_woman else last, is_woman


class FirmNames:
    """Names of firms, each once: what a firm does decides its ending. `taken` holds those already given."""

    def __init__(self, random: Random) -> None:
        self._random = random.random
        self._taken: set[str] = set()

    def _pick(self, of: list[str] | tuple[str, ...]) -> str:
        return of[int(self._random() * len(of))]

    def firm(
        self,
        endings: tuple[str, ...],
        plants: tuple[str, ...],
        merged: tuple[str, ...],
        city: str,
    ) -> str:
        """A name such as «Пример-Снаб», «Тестовый хлебозавод № 2», «Нигдестройинвест»."""
        for attempt in range(12):
            name = self._draw(endings, plants, merged)
            if attempt > 5:
                name = f"{name} {city}"
            if attempt > 8:
                name = f"{name} № {int(self._random() * 900) + 2}"
            if name not in self._taken:
                self._taken.add(name)
                return name
        name = f"{name}-{len(self._taken)}"
        self._taken.add(name)
        return name

    def _draw(
        self, endings: tuple[str, ...], plants: tuple[str, ...], merged: tuple[str, ...]
    ) -> str:
        form = self._random()
        if form < 0.36:
            return f"{self._pick(ROOTS)}-{self._pick(endings)}"
        if form < 0.48:
            return f"{self._pick(ROOTS)} {self._pick(endings)}"
        if form < 0.72:
            ending = self._pick(merged)
            stem = self._pick(STEMS)
            return stem + ("о" if stem[-1] not in "оеа" else "") + ending
        if form < 0.86:
            name = f"{self._pick(ADJECTIVES)} {self._pick(plants)}"
            return (
                f"{name} № {int(self._random() * 30) + 1}"
                if self._random() < 0.45
                else name
            )
        if form < 0.95:
            first, second = self._pick(ROOTS), self._pick(ROOTS)
            return (
                f"{first}-{second}"
                if first != second
                else f"{first}-{self._pick(endings)}"
            )
        return f"Торговый дом „{self._pick(ROOTS)}-{self._pick(endings)}“"


def _digits(number: str, weights: tuple[int, ...]) -> str:
    return str(sum(int(d) * w for d, w in zip(number, weights, strict=False)) % 11 % 10)


def inn_of_firm(serial: int) -> str:
    """Ten digits of the region 00, right by check digit; another for each `serial` below ten million."""
    body = f"00{serial * 7_919_993 % 10_000_000:07d}"
    if body == "000000000":
        body = "009999999"
    return body + _digits(body, (2, 4, 10, 3, 5, 9, 4, 6, 8))


def inn_of_person(serial: int) -> str:
    body = f"00{serial * 7_919_993 % 100_000_000 + 1:08d}"
    body += _digits(body, (7, 2, 4, 10, 3, 5, 9, 4, 6, 8))
    return body + _digits(body, (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8))


def ogrn_of_firm(serial: int, year: int) -> str:
    body = f"1{year % 100:02d}00{serial * 7_919 % 10_000_000:07d}"
    return body + str(int(body) % 11 % 10)


def ogrn_of_person(serial: int, year: int) -> str:
    body = f"3{year % 100:02d}00{serial * 7_919 % 1_000_000_000:09d}"
    return body + str(int(body) % 13 % 10)


def landline(code: str, serial: int) -> tuple[str, str]:
    """As typed and in E.164: `8 (4852) 00-11-22`; the subscriber number starts with 0, which no exchange gives out."""
    size = 10 - len(code)
    local = "0" + f"{serial * 104_729 % 10 ** (size - 1):0{size - 1}d}"
    return f"8 ({code}) {local[:-4]}-{local[-4:-2]}-{local[-2:]}", f"+7{code}{local}"


def mobile(serial: int) -> tuple[str, str]:
    """A number under the codes 975 and 976, which the numbering plan keeps in reserve."""
    code = "975" if serial % 2 else "976"
    local = f"{serial // 2 * 1_299_709 % 10_000_000:07d}"
    return f"8 ({code}) {local[:3]}-{local[3:5]}-{local[5:]}", f"+7{code}{local}"
