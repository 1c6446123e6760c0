from clients.importing.command import TargetCommand


class Command(TargetCommand):
    entity = "inquiry"
    help = "Load inquiries from a CSV or XLSX file, as the import page does."
