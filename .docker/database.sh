#!/bin/sh
# The database, its owner who migrates, and the role that serves the pages; runs once, on an empty
# volume. The passwords go in as variables of psql, which quotes them.
set -eu
psql -v ON_ERROR_STOP=1 -U postgres -d postgres \
    -v owner_password="$OWNER_PASSWORD" -v application_password="$APPLICATION_PASSWORD" <<'SQL'
CREATE ROLE salesexpert LOGIN PASSWORD :'owner_password';
CREATE ROLE salesexpert_app LOGIN PASSWORD :'application_password';
CREATE DATABASE salesexpert OWNER salesexpert;
SQL
