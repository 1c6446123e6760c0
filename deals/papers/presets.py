"""Templates that every company starts with; all of them may be changed, copied and retired."""

from typing import Any

Block = tuple[str, str, dict[str, Any], str]


def _block(kind: str, text: str = "", condition: str = "", **options: Any) -> Block:
    return kind, " ".join(text.split()), options, condition


_OFFER_COLUMNS = ["n", "name", "quantity", "unit", "price", "discount", "total"]
_WORK = {"seller_word": "Исполнитель", "buyer_word": "Заказчик"}

_INVOICE = [
    _block("image", source="logo", width=45, align="left"),
    _block("bank"),
    _block("heading", "Счёт на оплату № {{ document.number }} от {{ document.date_words }}"),
    _block("parties"),
    _block("lines", columns=["n", "name", "quantity", "unit", "price", "discount", "vat_percent", "total"]),
    _block("totals"),
    _block(
        "conditions",
        """<p>Оплатить по {{ invoice.due }} включительно. Оплата данного счёта означает согласие с условиями поставки товара
        (оказания услуг). Уведомление об оплате обязательно: в противном случае не гарантируется наличие товара.</p>""",
        "invoice.due",
    ),
    _block("signature", accountant=True),
]  # fmt: skip

_CONTRACT = [
    _block("heading", "Договор поставки № {{ contract.number }}", align="center"),
    _block("text", "<table><tr><td>г. ____________</td><td class='right'>{{ contract.date_words }}</td></tr></table>"),
    _block(
        "text",
        """<p class="indent">{{ seller.full_name }}, {{ seller.called }} в дальнейшем «Поставщик»{% unless seller.is_entrepreneur %}, в лице
        {{ seller.director_genitive }}, действующего на основании {{ seller.director_basis | default: 'Устава' }}{% endunless %}, с одной
        стороны, и {{ buyer.full_name }}, {{ buyer.called }} в дальнейшем «Покупатель»{% unless buyer.is_entrepreneur %}, в лице
        ______________________________, действующего на основании ____________{% endunless %}, с другой стороны, вместе именуемые «Стороны», заключили настоящий договор о нижеследующем.</p>""",
    ),
    _block("heading", "1. Предмет договора", level="2"),
    _block(
        "text",
        """<p>1.1. Поставщик обязуется передать в собственность Покупателя товар{% if contract.subject != blank %}
        ({{ contract.subject }}){% endif %}, а Покупатель — принять и оплатить его на условиях настоящего договора.</p>
        <p>1.2. Наименование, количество, цена и стоимость товара указаны в спецификации (приложение № 1).</p>""",
    ),
    _block("heading", "2. Цена и порядок расчётов", level="2"),
    _block(
        "text",
        """<p>2.1. Цена договора составляет {{ totals.total }} {{ currency.sign }} ({{ totals.words }}).
        {{ totals.vat_sentence }}.</p><p>2.2. Расчёты производятся в безналичной форме по счетам Поставщика. Обязанность по
        оплате исполнена в день зачисления денег на счёт Поставщика.</p>""",
    ),
    _block("conditions", "<p>2.3. {{ offer.terms }}</p>", "offer.terms"),
    _block("heading", "3. Поставка и приёмка", level="2"),
    _block(
        "text",
        """<p>3.1. Товар передаётся по универсальному передаточному документу или товарной накладной. Право собственности и
        риск случайной гибели переходят к Покупателю в момент передачи.</p><p>3.2. Претензии по количеству заявляются при
        приёмке, по скрытым недостаткам — в течение гарантийного срока.</p>""",
    ),
    _block("heading", "4. Ответственность и споры", level="2"),
    _block(
        "text",
        """<p>4.1. За просрочку оплаты или поставки виновная Сторона уплачивает неустойку 0,1 % от суммы просроченного
        обязательства за каждый день, но не более 10 % этой суммы.</p><p>4.2. Стороны освобождаются от ответственности при
        обстоятельствах непреодолимой силы.</p><p>4.3. Споры решаются переговорами; срок ответа на претензию — 15 рабочих
        дней. При недостижении согласия спор передаётся в арбитражный суд по месту нахождения ответчика.</p>""",
    ),
    _block("heading", "5. Срок действия", level="2"),
    _block(
        "text",
        """<p>5.1. Договор вступает в силу со дня подписания и действует {% if contract.ends != blank %}по
        {{ contract.ends }} включительно{% else %}до полного исполнения обязательств{% endif %}. Договор составлен в двух экземплярах
        равной силы.</p>""",
    ),
    _block("heading", "6. Реквизиты и подписи сторон", level="2"),
    _block("requisites", buyer_word="Покупатель"),
    _block("signature", sides="both"),
    _block("page_break", condition="totals.count != '0'"),
    _block("text", "<p class='right'>Приложение № 1 к договору № {{ contract.number }} от {{ contract.date_words }}</p>", "totals.count != '0'"),
    _block("heading", "Спецификация", "totals.count != '0'", align="center"),
    _block("lines", condition="totals.count != '0'", columns=["n", "name", "quantity", "unit", "price", "discount", "vat_percent", "total"]),
    _block("totals", condition="totals.count != '0'"),
    _block("signature", condition="totals.count != '0'", sides="both"),
]  # fmt: skip

_ACT = [
    _block("heading", "Акт № {{ document.number }} от {{ document.date_words }}"),
    _block("parties", **_WORK),
    _block("lines", columns=_OFFER_COLUMNS),
    _block("totals"),
    _block(
        "text",
        """<p>Вышеперечисленные работы (услуги) выполнены полностью и в срок. Заказчик претензий по объёму, качеству и
        срокам оказания услуг не имеет.</p>""",
    ),
    _block("signature", sides="both", **_WORK),
]

_FINANCIAL = [
    _block("image", source="logo", width=45, align="left"),
    _block("text", "<p class='right'>{{ buyer.name }}{% if buyer.contact != blank %}<br>{{ buyer.contact }}{% endif %}</p><p>Исх. № {{ document.number }} от {{ document.date_words }}</p>"),
    _block("heading", "Коммерческое предложение", align="center"),
    _block("text", "<p>{{ seller.name }} предлагает рассмотреть поставку по предмету «{{ deal.title }}» на следующих условиях.</p>"),
    _block("lines", columns=_OFFER_COLUMNS),
    _block("totals"),
    _block("conditions", "<p><b>Условия.</b> {{ offer.terms }}</p>", "offer.terms"),
    _block("text", "<p>Предложение действительно по {{ offer.valid_until }} включительно.</p>", "offer.valid_until"),
    _block("text", "<p class='small'>Настоящее предложение не является офертой (ст. 437 ГК РФ).</p>"),
    _block("text", "<p>С вами работает: {{ responsible.name }}{% if responsible.phone != blank %}, {{ responsible.phone }}{% endif %}{% if responsible.email != blank %}, {{ responsible.email }}{% endif %}</p>"),
    _block("signature"),
]  # fmt: skip

_TECHNICAL = [
    _block("image", source="logo", width=45, align="left"),
    _block("text", "<p class='right'>{{ buyer.name }}{% if buyer.contact != blank %}<br>{{ buyer.contact }}{% endif %}</p><p>Исх. № {{ document.number }} от {{ document.date_words }}</p>"),
    _block("heading", "Техническое предложение", align="center"),
    _block("text", "<p>По предмету «{{ deal.title }}» предлагаем следующее решение.</p>"),
    _block("heading", "Состав решения", level="2"),
    _block("lines", columns=["n", "name", "quantity", "unit"]),
    _block("heading", "Условия и сроки", level="2"),
    _block("conditions", "<p>{{ offer.terms }}</p>", "offer.terms"),
    _block("text", "<p>Предложение действительно по {{ offer.valid_until }} включительно.</p>", "offer.valid_until"),
    _block("text", "<p>С вами работает: {{ responsible.name }}{% if responsible.phone != blank %}, {{ responsible.phone }}{% endif %}{% if responsible.email != blank %}, {{ responsible.email }}{% endif %}</p>"),
    _block("signature"),
]  # fmt: skip

_LETTERHEAD_EN = _block(
    "text",
    "<p class='right'>{{ buyer.name }}{% if buyer.contact != blank %}<br>{{ buyer.contact }}{% endif %}</p><p>Ref. No. {{ document.number }} of {{ document.date_words }}</p>",
)

_OFFER_EN = [
    _block("image", source="logo", width=45, align="left"),
    _LETTERHEAD_EN,
    _block("heading", "Commercial offer", align="center"),
    _block("text", "<p>{{ seller.name }} is pleased to offer you the following for “{{ deal.title }}”.</p>"),
    _block("lines", columns=_OFFER_COLUMNS),
    _block("totals"),
    _block("conditions", "<p><b>Terms.</b> {{ offer.terms }}</p>", "offer.terms"),
    _block("text", "<p>The offer is valid until {{ offer.valid_until }} inclusive.</p>", "offer.valid_until"),
    _block("text", "<p class='small'>This letter is an invitation to negotiate and binds neither party until a contract is signed.</p>"),
    _block("text", "<p>Your contact: {{ responsible.name }}{% if responsible.phone != blank %}, {{ responsible.phone }}{% endif %}{% if responsible.email != blank %}, {{ responsible.email }}{% endif %}</p>"),
    _block("signature"),
]  # fmt: skip

_INVOICE_EN = [
    _block("image", source="logo", width=45, align="left"),
    _block("heading", "Invoice No. {{ document.number }} of {{ document.date_words }}"),
    _block("bank"),
    _block("parties"),
    _block("lines", columns=["n", "name", "quantity", "unit", "price", "discount", "vat_percent", "total"]),
    _block("totals"),
    _block("conditions", "<p>Payable by {{ invoice.due }} inclusive. Bank charges outside Russia are borne by the buyer.</p>", "invoice.due"),
    _block("signature"),
]  # fmt: skip

_CONTRACT_EN = [
    _block("heading", "Supply contract No. {{ contract.number }}", align="center"),
    _block("text", "<table><tr><td>____________</td><td class='right'>{{ contract.date_words }}</td></tr></table>"),
    _block(
        "text",
        """<p>{{ seller.full_name }}, hereinafter the “Seller”, represented by {{ seller.director_position }} {{ seller.director }}, and
        {{ buyer.full_name }}, hereinafter the “Buyer”, represented by ______________________________, together the “Parties”, have
        agreed as follows.</p>""",
    ),
    _block("heading", "1. Subject", level="2"),
    _block(
        "text",
        """<p>1.1. The Seller shall deliver to the Buyer the goods{% if contract.subject != blank %} ({{ contract.subject }}){% endif %}, and
        the Buyer shall accept and pay for them on the terms of this contract.</p><p>1.2. The description, quantity and price of the goods are
        stated in the Specification (Annex 1).</p>""",
    ),
    _block("heading", "2. Price and payment", level="2"),
    _block(
        "text",
        """<p>2.1. The price of the contract is {{ totals.total }} {{ currency.code }} ({{ totals.words }}). {{ totals.vat_sentence }}.</p>
        <p>2.2. Payment is made by bank transfer against the Seller's invoices. The duty to pay is discharged on the day when the money reaches
        the Seller's account. Bank charges outside the Seller's country are borne by the Buyer.</p>""",
    ),
    _block("conditions", "<p>2.3. {{ offer.terms }}</p>", "offer.terms"),
    _block("heading", "3. Delivery and acceptance", level="2"),
    _block(
        "text",
        """<p>3.1. The term of delivery (Incoterms 2020) is ____________. Title and risk pass to the Buyer according to this term.</p>
        <p>3.2. Claims as to quantity are made on acceptance, claims as to hidden defects within the warranty period.</p>""",
    ),
    _block("heading", "4. Liability and disputes", level="2"),
    _block(
        "text",
        """<p>4.1. For late payment or delivery the party in default pays 0.1% of the overdue amount for each day, but not more than 10% of it.</p>
        <p>4.2. Neither party is liable for a failure caused by force majeure.</p><p>4.3. Disputes are settled by negotiation, and failing that
        by ____________ under the law of ____________.</p>""",
    ),
    _block("heading", "5. Term", level="2"),
    _block(
        "text",
        """<p>5.1. The contract enters into force on signing and is valid {% if contract.ends != blank %}until {{ contract.ends }} inclusive{% else %}
        until the obligations are performed{% endif %}. It is made in two copies of equal force.</p>""",
    ),
    _block("heading", "6. Details and signatures of the parties", level="2"),
    _block("requisites"),
    _block("signature", sides="both"),
    _block("page_break", condition="totals.count != '0'"),
    _block("text", "<p class='right'>Annex 1 to contract No. {{ contract.number }} of {{ contract.date_words }}</p>", "totals.count != '0'"),
    _block("heading", "Specification", "totals.count != '0'", align="center"),
    _block("lines", condition="totals.count != '0'", columns=["n", "name", "quantity", "unit", "price", "discount", "vat_percent", "total"]),
    _block("totals", condition="totals.count != '0'"),
    _block("signature", condition="totals.count != '0'", sides="both"),
]  # fmt: skip

# code, kind, name, language, landscape, blocks
TEMPLATES: list[tuple[str, str, str, str, bool, list[Block]]] = [
    ("technical", "technical_offer", "Техническое предложение", "ru", False, _TECHNICAL),
    ("financial", "financial_offer", "Коммерческое предложение", "ru", False, _FINANCIAL),
    ("contract", "contract", "Договор поставки", "ru", False, _CONTRACT),
    ("invoice", "invoice", "Счёт на оплату", "ru", False, _INVOICE),
    ("act", "act", "Акт выполненных работ", "ru", False, _ACT),
    ("vat_invoice", "vat_invoice", "Счёт-фактура", "ru", True, [_block("form", form="vat_invoice")]),
    ("upd", "upd", "Универсальный передаточный документ", "ru", True, [_block("form", form="upd")]),
    ("financial_en", "financial_offer", "Commercial offer", "en", False, _OFFER_EN),
    ("contract_en", "contract", "Supply contract", "en", False, _CONTRACT_EN),
    ("invoice_en", "invoice", "Invoice", "en", False, _INVOICE_EN),
]  # fmt: skip


def load(apps: Any) -> None:
    """Add those that are missing; a template that was changed or retired stays as it is."""
    templates = apps.get_model("deals", "DocumentTemplate")
    blocks = apps.get_model("deals", "TemplateBlock")
    known = set(templates.objects.exclude(code="").values_list("code", flat=True))
    for position, (code, kind, name, language, landscape, rows) in enumerate(TEMPLATES):
        if code in known:
            continue
        template = templates.objects.create(
            code=code, kind=kind, name=name, language=language, landscape=landscape,
            is_default=language == "ru", position=position,
        )  # fmt: skip
        blocks.objects.bulk_create(
            blocks(template=template, kind=k, text=text, options=options, condition=condition, position=n)
            for n, (k, text, options, condition) in enumerate(rows)
        )  # fmt: skip
