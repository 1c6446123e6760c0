"""Statements of banks in the form 1CClientBankExchange: read, understood, laid beside what clients owe. No database here
but in `deals.bank.proposing` and `deals.bank.booking`."""
