"""Templates that every company starts with: short letters with papers, in both languages; each may be changed."""

_RU = (
    "<p>{{ contact.dear }}!</p>"
    "%s"
    "<p>С уважением,<br>{{ manager.name }}{% if manager.job_title %}, {{ manager.job_title }}{% endif %}"
    "{% if manager.phone %}<br>{{ manager.phone }}{% endif %}"
    "{% if company.name %}<br>{{ company.name }}{% endif %}</p>"
)
_EN = (
    "<p>{{ contact.dear }},</p>"
    "%s"
    "<p>Best regards,<br>{{ manager.name }}{% if manager.job_title %}, {{ manager.job_title }}{% endif %}"
    "{% if manager.phone %}<br>{{ manager.phone }}{% endif %}"
    "{% if company.name %}<br>{{ company.name }}{% endif %}</p>"
)

# code, language, purpose, name, subject, what stands between the greeting and the name
_LETTERS = (
    ("invoice_ru", "ru", "invoice", "Счёт", "{{ paper.title }}",
     "<p>Направляем вам: {{ paper.title }}. Счёт во вложении.</p><p>Если нужны изменения или закрывающие документы по ЭДО, ответьте на это письмо.</p>"),
    ("act_ru", "ru", "act", "Акт, УПД", "{{ paper.title }}",
     "<p>Направляем закрывающие документы: {{ paper.title }}.</p><p>Просим подписать и прислать скан ответным письмом.</p>"),
    ("offer_ru", "ru", "offer", "Предложение", "{{ paper.title }}",
     "<p>Как договаривались, направляем {{ paper.title }}{% if deal.title %} по теме «{{ deal.title }}»{% endif %}.</p><p>Отвечу на вопросы по телефону или письмом.</p>"),
    ("document_ru", "ru", "document", "Документ", "{{ paper.title }}",
     "<p>Направляем вам: {{ paper.title }}.</p>"),
    ("letter_ru", "ru", "letter", "Деловое письмо", "{% if deal.title %}{{ deal.title }}{% else %}{{ company.name }}{% endif %}",
     "<p>&nbsp;</p>"),
    ("invoice_en", "en", "invoice", "Invoice", "{{ paper.title }}",
     "<p>Please find attached: {{ paper.title }}.</p><p>If anything has to be changed, simply answer this letter.</p>"),
    ("act_en", "en", "act", "Act of acceptance", "{{ paper.title }}",
     "<p>Please find attached: {{ paper.title }}.</p><p>We ask you to sign it and to send a scan back.</p>"),
    ("offer_en", "en", "offer", "Offer", "{{ paper.title }}",
     "<p>As agreed, please find attached {{ paper.title }}{% if deal.title %} on “{{ deal.title }}”{% endif %}.</p><p>I shall be glad to answer your questions.</p>"),
    ("document_en", "en", "document", "Document", "{{ paper.title }}",
     "<p>Please find attached: {{ paper.title }}.</p>"),
    ("letter_en", "en", "letter", "Business letter", "{% if deal.title %}{{ deal.title }}{% else %}{{ company.name }}{% endif %}",
     "<p>&nbsp;</p>"),
)  # fmt: skip

_FAX_BODY = (
    "<h1>{{ contact.dear }}!</h1>"
    "<p>Направляем вам информацию, о которой договаривались.</p>"
    "<p>Если страницы пришли не полностью, позвоните: {{ manager.phone | default: company.phone }}.</p>"
    "<p>С уважением,<br>{{ manager.name }}<br>{{ company.name }}</p>"
)
_FAX_BODY_EN = (
    "<h1>{{ contact.dear }},</h1>"
    "<p>Please find here the information that we spoke about.</p>"
    "<p>If pages are missing, please call {{ manager.phone | default: company.phone }}.</p>"
    "<p>Best regards,<br>{{ manager.name }}<br>{{ company.name }}</p>"
)
_FAXES = (
    ("fax_ru", "ru", "Факс с титульным листом", "{{ company.name }}: информация для {{ client.name }}", _FAX_BODY),
    ("fax_en", "en", "Fax with a cover page", "{{ company.name }}: information for {{ client.name }}", _FAX_BODY_EN),
)  # fmt: skip


def rows() -> list[dict[str, str]]:
    made = []
    for code, language, purpose, name, subject, words in _LETTERS:
        frame = _RU if language == "ru" else _EN
        made.append(
            {
                "code": code,
                "language": language,
                "purpose": purpose,
                "name": name,
                "subject": subject,
                "body": frame.replace("%s", words, 1),
                "channel": "email",
            }
        )
    for code, language, name, subject, body in _FAXES:
        made.append({"code": code, "language": language, "purpose": "mailing", "name": name, "subject": subject, "body": body, "channel": "fax"})  # fmt: skip
    return made
