"""The palette's question: records, pages and commands by a few letters."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_GET

from clients import reading, searching
from clients.importing import rights
from clients.models import Client, Contact
from clients.palette import palette
from salesexpert.accounts.models import User
from salesexpert.core.folding import fold

CLIENTS_SHOWN, CONTACTS_SHOWN = 8, 5
# Of a common word so many matches are put in order; who wants all of them opens the list.
RANKED = 200
Item = dict[str, str]


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """`{"q", "groups": [{"label", "items": [{"title", "subtitle", "url", "icon"}]}]}` for the palette."""
    typed = " ".join(request.GET.get("q", "").replace("\x00", " ").split())[:200]
    user = cast(User, request.user)
    query = searching.read_query(typed)
    groups: list[dict[str, Any]] = []
    if query is not None:
        if user.has_perm("clients.view_client"):
            groups.append(_group(_("Clients"), _clients(user, query, typed)))
        if user.has_perm("clients.view_contact"):
            groups.append(_group(_("Contact persons"), _contacts(user, query)))
        for right, label, find in palette.groups:
            if user.has_perm(right):
                groups.append(_group(str(label), find(user, query, typed)))
    groups.append(_group(_("Go to"), _matching(_pages(user), typed)))
    groups.append(_group(_("Create"), _commands(user, typed)))
    return JsonResponse(
        {"q": typed, "groups": [g for g in groups if g["items"]]},
        json_dumps_params={"ensure_ascii": False},
    )


def _group(label: str, items: list[Item]) -> dict[str, Any]:
    return {"label": label, "items": items}


def _clients(user: User, query: searching.Query, typed: str) -> list[Item]:
    clients = Client.objects.visible_to(user).live()
    paths = (*reading.client_name_paths(), "city", "inn")
    rows = searching.likeliest(
        clients, query, paths, size=CLIENTS_SHOWN + 1, most=RANKED
    )
    root = reverse("clients:list")
    items = [
        {
            "title": reading.client_name(row),
            "subtitle": " · ".join(filter(None, (row["city"], row["inn"]))),
            "url": f"{root}{row['pk']}/",
            "icon": "building",
        }
        for row in rows[:CLIENTS_SHOWN]
    ]
    if len(rows) > CLIENTS_SHOWN:
        items.append(
            {
                "title": _("Show all in the list"),
                "subtitle": "",
                "url": f"{root}?{urlencode({'q': typed})}",
                "icon": "list",
            }
        )
    return items


def _contacts(user: User, query: searching.Query) -> list[Item]:
    contacts = Contact.objects.visible_to(user).filter(archived_at=None)
    paths = ("last_name", "first_name", "patronymic")
    rows = searching.likeliest(contacts, query, paths, size=CONTACTS_SHOWN, most=RANKED)
    firms = reading.firms([row["pk"] for row in rows]) if rows else {}
    root = _reversed("clients:contacts")
    return [
        {
            "title": " ".join(filter(None, (row[p] for p in paths))),
            "subtitle": ", ".join(firms.get(row["pk"], ())),
            "url": f"{root}{row['pk']}/",
            "icon": "user",
        }
        for row in rows
    ]


def _pages(user: User) -> list[tuple[str, str, str, str]]:
    """(right, source word of the title, name of the address, icon) of the pages within the user's rights."""
    every = (
        ("", "My day", "desk:day", "sun-high"),
        ("clients.view_client", "Clients", "clients:list", "building"),
        ("clients.view_contact", "Contacts", "clients:contacts", "users"),
        ("accounts.view_journal", "Journal", "audit:journal", "history"),
        ("accounts.manage_company", "Settings", "accounts:settings", "settings"),
        ("", "Profile", "accounts:profile", "user"),
        *palette.pages,
    )
    pages = [page for page in every if not page[0] or user.has_perm(page[0])]
    if rights.entities_of(user):
        pages.append(("", "Import", "clients:import", "table-import"))
    return pages


def _matching(pages: list[tuple[str, str, str, str]], typed: str) -> list[Item]:
    """Pages whose title has a word that begins so, in either language."""
    asked = fold(typed)
    items = []
    for _right, title, name, icon in pages:
        url = _reversed(name)
        if url and _begins(title, asked):
            items.append({"title": _(title), "subtitle": "", "url": url, "icon": icon})
    return items


def _begins(title: str, asked: str) -> bool:
    if not asked:
        return True
    words = fold(title).split()
    for language in ("ru", "en"):
        with override(language):
            words += fold(_(title)).split()
    return any(word.startswith(asked) for word in words)


def _commands(user: User, typed: str) -> list[Item]:
    """What can be created; a new client takes what was typed as its name."""
    items = []
    if user.has_perm("clients.add_client"):
        url = _reversed("clients:new")
        title = _("New client")
        if typed and url:
            title = _("New client “%s”") % typed
            url = f"{url}?{urlencode({'name': typed})}"
        items.append({"title": title, "subtitle": "", "url": url, "icon": "plus"})
    if user.has_perm("clients.add_contact"):
        items.append(
            {
                "title": _("New contact person"),
                "subtitle": "",
                "url": _reversed("clients:contact_new"),
                "icon": "user",
            }
        )
    items += [
        {"title": _(title), "subtitle": "", "url": _reversed(name), "icon": icon}
        for right, title, name, icon in palette.commands
        if user.has_perm(right)
    ]
    return [item for item in items if item["url"]]


def _reversed(name: str) -> str:
    """The address of a page, "" where the product has no such page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
