#!/usr/bin/env python3
"""Writes numbers.tsv: kind, number, 1 or 0 as python-stdnum (2.2) judges it. Made from a fixed seed.

    pip install python-stdnum && ./make.py
"""
import pathlib
import random
import string

from stdnum import bitcoin, iban, imei, luhn, verhoeff
from stdnum.br import cpf
from stdnum.cn import ric
from stdnum.de import idnr
from stdnum.es import dni, nie
from stdnum.fr import nir
from stdnum.gb import nhs
from stdnum.in_ import aadhaar
from stdnum.it import codicefiscale
from stdnum.iso7064 import mod_11_10
from stdnum.nl import bsn
from stdnum.pl import pesel
from stdnum.se import personnummer
from stdnum.us import ssn

choose = random.Random(4821)


def digits(count):
    return "".join(choose.choice(string.digits) for _ in range(count))


def letters(count):
    return "".join(choose.choice(string.ascii_uppercase) for _ in range(count))


def date(form):
    year, month, day = choose.randint(1930, 2009), choose.randint(1, 12), choose.randint(1, 28)
    return form.format(year=year, short=year % 100, month=month, day=day)


def german():
    """Ten digits of which exactly one occurs twice: only such are given out."""
    ten = choose.sample(string.digits, 9)
    ten.insert(choose.randint(1, 9), choose.choice(ten))
    return "".join(ten) + digits(1)


KINDS = {
    "luhn": (luhn, lambda: digits(choose.randint(8, 19))),
    "verhoeff": (verhoeff, lambda: digits(12)),
    "mod_11_10": (mod_11_10, lambda: digits(11)),
    "iban": (iban, lambda: "DE" + digits(20)),
    "imei": (imei, lambda: digits(15)),
    "us_ssn": (ssn, lambda: choose.choice(["000", "666", "900", digits(3), digits(3), digits(3)]) + choose.choice(["00", digits(2), digits(2)]) +
               choose.choice(["0000", digits(4), digits(4)])),
    "uk_nhs": (nhs, lambda: digits(10)),
    "german_tax_id": (idnr, german),
    "french_nir": (nir, lambda: choose.choice("12") + date("{short:02}{month:02}") + choose.choice(["2A", "2B", digits(2)]) + digits(8)),
    "spanish_dni": (dni, lambda: digits(8) + letters(1)),
    "spanish_nie": (nie, lambda: choose.choice("XYZ") + digits(7) + letters(1)),
    "italian_codice": (codicefiscale, lambda: letters(6) + date("{short:02}") + choose.choice("ABCDEHLMPRST") + date("{day:02}") + letters(1) +
                       digits(3) + letters(1)),
    "dutch_bsn": (bsn, lambda: digits(9)),
    "brazilian_cpf": (cpf, lambda: digits(11)),
    "indian_aadhaar": (aadhaar, lambda: digits(12)),
    "chinese_id": (ric, lambda: "110105" + date("{year}{month:02}{day:02}") + digits(3) + choose.choice(string.digits + "X")),
    "polish_pesel": (pesel, lambda: date("{short:02}{month:02}{day:02}") + digits(5)),
    "swedish_pnr": (personnummer, lambda: date("{short:02}{month:02}{day:02}") + "-" + digits(4)),
}
ADDRESSES = ["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"]


def main():
    lines = []
    for kind, (module, draw) in KINDS.items():
        wanted = {True: 8, False: 8}
        while any(wanted.values()):
            number = draw()
            valid = module.is_valid(number)
            if wanted[valid] > 0:
                wanted[valid] -= 1
                lines.append(f"{kind}\t{number.replace('-', '')}\t{int(valid)}\n")
    for address in ADDRESSES:
        changed = address[:-2] + ("q" if address[-2] != "q" else "p") + address[-1]
        lines += [f"bitcoin\t{each}\t{int(bitcoin.is_valid(each))}\n" for each in (address, changed)]
    (pathlib.Path(__file__).parent / "numbers.tsv").write_text("".join(lines))


if __name__ == "__main__":
    main()
