from clients.importing.command import TargetCommand


class Command(TargetCommand):
    entity = "deal"
    help = "Load deals from a CSV or XLSX file, as the import page does."
