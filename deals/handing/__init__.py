"""Work that passes from one person to another: what moves (`contents`), to whom (`sharing`), moving it (`running`)."""
