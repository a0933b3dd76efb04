"""Phone numbers in E.164, the one form in which they are stored and compared."""

from switchboard.kit.errors import InvalidValueError


def normalise(number: str, field: str, region: str = "") -> str:
    """`+4930123456` of what somebody typed. `region` (ISO 3166, `DE`, or a calling code, `+49`) is needed for a number without `+`.

    Raises InvalidValueError naming the field where it is no phone number.
    """
    # Imported when called: its metadata would slow the start of every function that only compares numbers.
    import phonenumbers

    code = region.strip().lstrip("+")
    if code.isdecimal() and len(code) <= 3:
        region = phonenumbers.region_code_for_country_code(int(code))
    try:
        parsed = phonenumbers.parse(number, region.upper() or None)
    except phonenumbers.NumberParseException as error:
        raise InvalidValueError(f"{field} is not a phone number; write it as +49301234567.", field=field) from error
    # Possible, not valid: carriers and Meta's test numbers (+1 555) use ranges that the metadata does not know.
    if not phonenumbers.is_possible_number(parsed):
        raise InvalidValueError(f"{field} has not the length of a phone number.", field=field)
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
