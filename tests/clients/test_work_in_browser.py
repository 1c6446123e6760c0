"""Long pieces of work as a person does them: joining cards, a demand about personal data, a list from file to take-back."""

import pytest
from playwright.sync_api import expect

from clients import erasure_work
from clients.importing import running
from clients.models import CardLayout, Client, ClientMerge, Contact, Erasure, ImportJob
from tests.factories import (
    ActivityFactory,
    ClientFactory,
    ContactFactory,
    ContactLinkFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 390, "height": 844}


@pytest.fixture(autouse=True)
def _patience(context):
    context.set_default_timeout(12_000)


def no_sideways(page):
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"  # fmt: skip
    assert page.evaluate(width) <= 1, page.url


def test_two_cards_are_joined_and_parted_again_on_a_phone(browse):
    head = UserFactory(preset="head_of_sales", language="ru")
    stays = ClientFactory(name="Ромашка-Пример", city="Тула")
    goes = ClientFactory(name="Ромашка Образец", city="Калуга")
    ActivityFactory(client=goes, performer=head, title="Узнать про щётки")
    page = browse(head, f"/clients/{stays.pk}/merge/", **PHONE)

    page.fill("#merge-find", "Образец")
    page.click("#merge-list [role=option] >> nth=0")
    page.click("button:has-text('Сравнить')")
    no_sideways(page)
    page.check("input[name='keep:city'][value=loser]")
    page.click("button:has-text('Объединить карточки')")
    page.wait_for_url("**/clients/merges/**")
    no_sideways(page)
    stays.refresh_from_db()
    assert stays.city == "Калуга"

    assert stays.activities.filter(title="Узнать про щётки").exists()
    assert ClientMerge.objects.count() == 1
    page.click("button:has-text('Отменить объединение')")
    expect(page.locator("main")).to_contain_text("Отменено")
    stays.refresh_from_db()
    assert stays.city == "Тула"
    assert goes.activities.filter(title="Узнать про щётки").count() == 1
    assert page.faults == []


def test_a_person_is_stopped_and_erased_on_a_phone(browse):
    lawyer = UserFactory(preset="lawyer", language="ru")
    contact = ContactFactory(last_name="Заготовкина", first_name="Лидия")
    ContactLinkFactory(contact=contact, client=ClientFactory(name="Пример-Снаб"))
    page = browse(lawyer, f"/personal-data/contact/{contact.pk}/", **PHONE)

    page.click(".chead details.se-menu > summary")
    page.click("button:has-text('Прекратить по требованию')")
    page.check("#dialog [name=what][value=processing]")
    page.click("#dialog footer .btn-primary")
    expect(page.locator(".chead .se-tag.bad").first).to_be_visible()
    no_sideways(page)
    contact.refresh_from_db()
    assert contact.stopped_at

    page.click(".chead details.se-menu > summary")
    page.click("a:has-text('Стереть')")
    no_sideways(page)
    page.click("button:has-text('Стереть данные')")
    expect(page.locator(".invalid-feedback").first).to_be_visible()
    page.fill("[name=word]", "СТЕРЕТЬ")
    page.click("button:has-text('Стереть данные')")
    page.wait_for_url("**/personal-data/contact/**")
    erasure_work.carry_out(Erasure.objects.get().pk)
    page.reload()
    expect(page.locator("main")).to_contain_text("персональные данные стёрты")
    assert "Заготовкина" not in str(Contact.objects.get(pk=contact.pk))
    no_sideways(page)
    assert page.faults == []


def test_a_list_is_loaded_decided_about_and_taken_back(browse, tmp_path, settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        },
    }
    head = UserFactory(preset="head_of_sales", language="ru")
    ClientFactory(name="Ромашка", core_name="ромашка", inn="7702070139")
    wrong, right = tmp_path / "list.csv", tmp_path / "список.csv"
    wrong.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    right.write_text("Название;ИНН;Телефон\nООО Ромашка;7702070139;8 495 540-75-20\nЛютик;;\n;;\n", encoding="utf-8")  # fmt: skip
    page = browse(head, "/clients/import/", **PHONE)

    page.set_input_files("[name=file]", wrong)
    page.click("button:has-text('Выбрать столбцы')")
    expect(page.locator(".invalid-feedback:visible").first).to_be_visible()
    page.set_input_files("[name=file]", right)
    page.click("button:has-text('Выбрать столбцы')")
    page.wait_for_selector("#mapping")
    no_sideways(page)
    page.click("button:has-text('Продолжить')")
    page.wait_for_selector("#progress, .imp-run")
    job = ImportJob.objects.get()
    running.run(job.pk)
    page.wait_for_selector(".imp-pair")
    no_sideways(page)
    with page.expect_response(lambda r: "/decide/" in r.url):
        page.select_option(".imp-pair select", "skip")
    page.click("button:has-text('Загрузить клиентов')")
    page.wait_for_selector("#progress, .imp-run")
    running.run(job.pk)
    page.wait_for_selector(".imp-facts")
    no_sideways(page)
    assert sorted(Client.objects.values_list("name", flat=True)) == ["Лютик", "Ромашка"]  # fmt: skip

    page.click("a:has-text('Отменить загрузку')")
    page.click(".imp-buttons .btn-danger")
    page.wait_for_selector("#progress, .imp-run, .imp-facts")
    while not running.run(job.pk):
        pass
    page.wait_for_selector(".imp-facts")
    assert list(Client.objects.values_list("name", flat=True)) == ["Ромашка"]

    deals = tmp_path / "сделки.csv"
    deals.write_text(f"Код;Сделка;Клиент;Ответственный;Товар;Сумма\nD1;Ткань;Ромашка;{head.username};Лён;10\nD2;;Ромашка;никто;;\n", encoding="utf-8")  # fmt: skip
    page.click("nav.se-crumb a")
    page.click("nav.tabs a:has-text('Сделки')")
    page.set_input_files("[name=file]", deals)
    page.click("button:has-text('Выбрать столбцы')")
    page.wait_for_selector("#mapping")
    page.fill("[name=empty_stage]", "Переговоры")
    page.check("[name=create_missing]")
    no_sideways(page)
    page.click("button:has-text('Продолжить')")
    page.wait_for_selector("#progress, .imp-run")
    job = ImportJob.objects.latest("pk")
    running.run(job.pk)
    page.wait_for_selector(".imp-words")
    expect(page.locator("main")).to_contain_text("никто")
    no_sideways(page)
    page.click("button:has-text('Загрузить')")
    page.wait_for_selector("#progress, .imp-run")
    running.run(job.pk)
    page.wait_for_selector(".imp-rows")
    no_sideways(page)
    job.refresh_from_db()
    assert (job.created_count, job.rejected_count) == (1, 1)
    assert page.faults == []


def test_blocks_and_lines_of_the_card_are_dragged_between_its_columns(browse):
    page = browse(UserFactory(preset="administrator"), "/settings/card/")

    def drag(source, target):
        page.locator(source).scroll_into_view_if_needed()
        start = page.locator(source).bounding_box()
        end = page.locator(target).bounding_box()
        page.mouse.move(start["x"] + 6, start["y"] + 8)
        page.mouse.down()
        page.mouse.move(start["x"] + 10, start["y"] + 16, steps=4)
        page.mouse.move(end["x"] + 10, end["y"] + 2, steps=12)
        page.mouse.up()

    def names(column):
        return page.locator(f"[data-name={column}] input[type=hidden]").evaluate_all("all => all.map(i => i.value)")  # fmt: skip

    about = "[data-item]:has(input[type=hidden][value=about]) [data-grip]"
    drag(about, "[data-name=main] [data-item]")
    assert "about" in names("main") and "about" not in names("side")
    lines = names("lines")
    drag("[data-name=lines] [data-item] >> nth=1 >> [data-grip]", "[data-name=lines] [data-item] >> nth=0")  # fmt: skip
    assert names("lines")[:2] == [lines[1], lines[0]]
    page.click(".form-actions .btn-primary")
    page.wait_for_load_state("networkidle")

    assert "about" in names("main")
    assert CardLayout.objects.exists()
    assert page.faults == []
