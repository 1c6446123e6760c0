from salesexpert.core.folding import fold


def test_quotes_case_and_yo_do_not_make_names_different():
    assert fold("ООО «Ёлка-М»") == fold('ооо "елка—м"') == "ооо елка м"
