"""The library of the demo company, and the limits between which its indicators are well."""

import hashlib
import io
from datetime import UTC, date, datetime, time
from decimal import Decimal

import xlsxwriter
from django.core.files.base import ContentFile
from django.utils import timezone

from analytics.models import IndicatorLimit, TeamRanking
from deals.choices import MaterialKind
from deals.models import Material
from salesexpert.accounts.choices import PresetRole
from salesexpert.accounts.models import User
from salesexpert.core.folding import fold

TEXT = "text/plain"
BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STANDARD, SHOWN = MaterialKind.STANDARD, MaterialKind.DEMO
# (kind, category, name, what it is for, file, lines)
TEXTS = (
    (STANDARD, "Договоры", "Памятка о согласовании договора", "Кто и в каком порядке смотрит договор, сроки каждого шага.", "soglasovanie.txt",
     ("Согласование договора", "1. Менеджер заполняет предмет, суммы и сроки.", "2. Юрист смотрит два рабочих дня, замечания пишет в карточке договора.", "3. Руководитель утверждает скидку свыше десяти процентов.", "4. Подписанный экземпляр прикладывается к сделке.")),
    (STANDARD, "Счета", "Условия оплаты и поставки", "Прикладывается к счёту: предоплата, рассрочка, сроки поставки.", "usloviya-oplaty.txt",
     ("Условия оплаты и поставки", "Предоплата: пятьдесят процентов в течение пяти рабочих дней.", "Остаток: по готовности товара к отгрузке.", "Срок поставки: от десяти до сорока рабочих дней.", "Самовывоз бесплатно, доставка по тарифу перевозчика.")),
    (STANDARD, "Переговоры", "Вопросы первой встречи", "Что узнать у клиента до показа.", "voprosy.txt",
     ("Вопросы первой встречи", "Что делают сейчас и чем недовольны?", "Кто решает и кто пользуется?", "К какому сроку нужно и почему?", "Как сравнивают предложения?", "Какой бюджет заложен?")),
    (STANDARD, "Переговоры", "Ответы на возражения", "Коротко: дорого, есть поставщик, сделаем сами, не сейчас.", "vozrazheniya.txt",
     ("Ответы на возражения", "Дорого: сравнить полную стоимость за три года, а не цену покупки.", "Есть поставщик: спросить, чего у него не хватает.", "Сделаем сами: посчитать часы и сроки вместе.", "Не сейчас: договориться о дне, когда вернуться, и записать его.")),
    (SHOWN, "Показы", "План показа на час", "По минутам: вступление, задача клиента, показ, вопросы, следующий шаг.", "plan-pokaza.txt",
     ("План показа", "0–5 мин: кто участвует и что для них важно.", "5–15 мин: задача клиента его словами.", "15–45 мин: показ на примере клиента.", "45–55 мин: вопросы.", "55–60 мин: следующий шаг и его день.")),
    (SHOWN, "Показы", "Истории внедрения", "Три выдуманных примера: производство, торговля, услуги.", "istorii.txt",
     ("Истории внедрения", "Завод «Пример-Деталь»: простой сократился на треть за полгода.", "Сеть «Образец-Торг»: заявки обрабатываются в день обращения.", "Бюро «Макет-Проект»: отчёт собирается за час вместо двух дней.")),
    (SHOWN, "Письма", "Письмо после встречи", "Итоги, договорённости, материалы, следующий шаг.", "pismo.txt",
     ("Здравствуйте!", "Спасибо за встречу. Договорились о следующем:", "— мы пришлём расчёт до пятницы;", "— вы покажете его техническому директору;", "— созвонимся во вторник в одиннадцать.")),
    (SHOWN, "Презентации", "Коротко о компании", "Одна страница для первого письма.", "o-kompanii.txt",
     ("«Образец-Техно», выдуманная компания", "Поставляем оборудование и сопровождаем его.", "Двести клиентов, восемь складов, своя сервисная служба.", "Гарантия два года, ответ сервиса в день обращения.")),
)  # fmt: skip
PRICES = (("Станок учебный У-1", 420_000), ("Станок учебный У-2", 615_000), ("Комплект оснастки", 84_000), ("Пусконаладка, день", 32_000), ("Обучение, группа", 55_000))  # fmt: skip
# (indicator, at least, at most): what the diagnosis judges by.
LIMITS = (("plan", 60, None), ("in_work", 8, 60), ("contacts", 90, None), ("length", None, 60), ("stalled", None, 12), ("completeness", 75, None))  # fmt: skip

# What of one another the sellers see: their places by these.
RANKED = ("revenue", "won", "contacts")


def write(*, until: date) -> None:
    person = User.objects.active().filter(role__code__in=(PresetRole.HEAD_OF_SALES, PresetRole.DIRECTOR)).order_by("pk").first()  # fmt: skip
    if person is None:
        return
    at = timezone.make_aware(datetime.combine(until, time(10)))
    for n, (kind, category, name, about, file, lines) in enumerate(TEXTS, 1):
        _put(n, kind, category, name, about, file, "\r\n".join(lines).encode("utf-8-sig"), TEXT, person, at)  # fmt: skip
    _put(len(TEXTS) + 1, STANDARD, "Цены", "Прайс-лист", "Цены с НДС, действуют до конца квартала.", "price.xlsx", _prices(), BOOK, person, at)  # fmt: skip
    role = person.role.__class__.objects.filter(code=PresetRole.SELLER).first() if person.role else None  # fmt: skip
    IndicatorLimit.objects.bulk_create(
        IndicatorLimit(pk=n, indicator=name, role=role, low=_limit(low), high=_limit(high), set_by=person)
        for n, (name, low, high) in enumerate(LIMITS, 1)
    )  # fmt: skip
    head = User.objects.active().filter(role__code=PresetRole.HEAD_OF_SALES).order_by("pk").first()  # fmt: skip
    if head is not None:
        TeamRanking.objects.create(pk=1, head=head, indicators=list(RANKED))


def _limit(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _put(pk: int, kind: str, category: str, name: str, about: str, file: str, data: bytes, content_type: str, person: User, at: datetime) -> None:  # fmt: skip
    digest = hashlib.sha256(data).hexdigest()
    material = Material(
        pk=pk, kind=kind, category=category, name=name, description=about, folded=fold(f"{name} {category} {about}")[:400], file_name=file,
        size=len(data), content_type=content_type, sha256=digest, uploaded_at=at, uploaded_by=person,
    )  # fmt: skip
    # Named by what it holds: the same company has the same rows, however often it is made beside the same files.
    material.file.name = f"library/demo/{digest}"
    if not material.file.storage.exists(material.file.name):
        material.file.storage.save(material.file.name, ContentFile(data))
    material.save(force_insert=True)


def _prices() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"created": datetime(2026, 1, 1, tzinfo=UTC)})
        page = book.add_worksheet("Цены")
        for row, line in enumerate((("Наименование", "Цена, руб."), *PRICES)):
            page.write_row(row, 0, line)
        page.set_column(0, 0, 32)
    return out.getvalue()
