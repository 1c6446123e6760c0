from clients.importing.command import TargetCommand


class Command(TargetCommand):
    entity = "user"
    help = "Load users from a CSV or XLSX file, as the import page does."
