from clients.importing.command import TargetCommand


class Command(TargetCommand):
    entity = "product"
    help = "Load products from a CSV or XLSX file, as the import page does."
