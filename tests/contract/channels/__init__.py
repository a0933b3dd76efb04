"""What every channel adapter must keep, as tables of cases: the next channel adds one module `<name>_cases.py` here."""
