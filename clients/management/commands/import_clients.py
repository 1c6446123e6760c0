from clients.importing.command import ImportCommand


class Command(ImportCommand):
    help = "Load clients from a CSV or XLSX file, as the import page does."
