"""Templates made at random from a grammar: mostly valid, over the variables of differential.py."""
import random

NAMES = ["s", "u", "l", "d", "n", "f", "e", "nested", "messages", "missing", "x", "y"]
LITERALS = ["1", "0", "-3", "2.5", "'a'", "''", "'a b c'", "'Hello\\n'", "true", "false", "none", "[]", "{}", "[1, 'b', none]",
            "{'a': 1, 'b': [2]}", "(1, 2)", "[3, 1, 2]", "'é😀'", "1e3", "['x', 'y', 'x']", "[{'a': 1, 'b': 'q'}, {'a': 2, 'b': 'p'}]"]
FILTERS = ["upper", "lower", "trim", "length", "list", "first", "last", "join(', ')", "join", "sort", "reverse", "tojson", "string",
           "int", "float", "abs", "round", "round(1)", "default('d')", "default('d', true)", "unique", "sum", "min", "max", "title",
           "capitalize", "replace('a', 'b')", "tojson(indent=2)", "map('upper')", "map(attribute='a')", "select", "reject('none')",
           "select('number')", "selectattr('a')", "selectattr('a', 'gt', 1)", "dictsort", "items", "batch(2)", "batch(2, 'z')", "slice(2)",
           "groupby('a')", "escape", "safe", "indent", "indent(2, true)", "truncate(5)", "center(9)", "wordcount", "urlencode", "pprint",
           "wordwrap(4)", "format(1)", "filesizeformat", "striptags", "attr('a')", "count", "e", "d(1)", "map('string')", "map('length')",
           "sort(reverse=true)", "sort(attribute='a')", "rejectattr('a')", "xmlattr", "forceescape"]
TESTS = ["defined", "undefined", "none", "string", "number", "integer", "float", "boolean", "true", "false", "mapping", "sequence",
         "iterable", "callable", "odd", "even", "divisibleby 2", "eq 1", "ne 'a'", "lt 2", "gt 1", "in [1, 'a']", "sameas none", "lower",
         "upper", "escaped", "not defined", "not none", "not string"]
METHODS = ["upper()", "lower()", "strip()", "split()", "split(' ')", "split('a', 1)", "startswith('H')", "endswith(('d', 'a'))",
           "replace('l', 'L')", "title()", "capitalize()", "items()", "keys()", "values()", "get('a')", "get('zz', 7)", "index('a')",
           "count('a')", "find('o')", "format(1, a=2)", "join(['p', 'q'])", "splitlines()", "rsplit(' ', 1)", "isdigit()", "lstrip('H')",
           "rstrip('d')", "partition(' ')", "zfill(4)", "rfind('l')", "swapcase()", "append(1)", "copy()", "removeprefix('He')", "isalpha()"]
BINARY = ["+", "-", "*", "/", "//", "%", "~", "==", "!=", "<", "<=", ">", ">=", "and", "or", "in", "not in", "**"]


class Maker:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.macros = []

    def expression(self, depth=3):
        pick = self.random.random()
        inner = lambda: self.expression(depth - 1)
        if depth == 0 or pick < 0.2:
            return self.random.choice(NAMES + LITERALS)
        if pick < 0.42:
            return f"{self.operand(depth)} | {self.random.choice(FILTERS)}"
        if pick < 0.52:
            return f"{self.operand(depth)} is {self.random.choice(TESTS)}"
        if pick < 0.64:
            return f"{self.operand(depth)}.{self.random.choice(METHODS)}"
        if pick < 0.8:
            operator = self.random.choice(BINARY)
            right = self.random.choice(["2", "0.5", "-1"]) if operator == "**" else inner()  # no towers of powers
            return f"{self.operand(depth)} {operator} {right}"
        if pick < 0.86:
            return f"{self.operand(depth)}[{self.random.choice(['0', '-1', '1:', ':-1', '::-1', '::2', '9', repr('a'), inner()])}]"
        if pick < 0.9:
            return f"{self.operand(depth)}.{self.random.choice(['a', 'b', 'role', 'items', 'zz', 'list'])}"
        if pick < 0.94:
            return f"{inner()} if {inner()}" + (f" else {inner()}" if self.random.random() < 0.7 else "")
        if pick < 0.97:
            return self.random.choice([f"[{inner()}, {inner()}]", f"{{'k': {inner()}}}", f"({inner()}, {inner()})", f"range({inner()})"])
        return self.random.choice([f"not {inner()}", f"-{self.operand(depth)}", f"({inner()})"])

    def operand(self, depth):
        if self.random.random() < 0.5:
            return self.random.choice(NAMES + LITERALS)
        return f"({self.expression(depth - 1)})" if self.random.random() < 0.7 else self.expression(depth - 1)

    def tag(self, text):
        left, right = self.random.choice([("", "")] * 4 + [("-", ""), ("", "-"), ("-", "-"), ("+", ""), ("", "+")])
        return "{%" + left + " " + text + " " + right + "%}"

    def output(self):
        left, right = self.random.choice([("", "")] * 4 + [("-", ""), ("", "-"), ("-", "-")])
        return "{{" + left + " " + self.expression() + " " + right + "}}"

    def text(self):
        return self.random.choice(["a", " ", "\n", "  \n", "\n  ", "b c", "\t", "\n\n", "x\n  y", ""])

    def block(self, depth, in_loop=False):
        return "".join(self.statement(depth, in_loop) for _ in range(self.random.randint(1, 3)))

    def statement(self, depth, in_loop):
        pick = self.random.random()
        if depth == 0 or pick < 0.25:
            return self.text()
        if pick < 0.5:
            return self.output()
        if pick < 0.62:
            middle = self.tag("else") + self.block(depth - 1, in_loop) if self.random.random() < 0.5 else ""
            return self.tag(f"if {self.expression(2)}") + self.block(depth - 1, in_loop) + middle + self.tag("endif")
        if pick < 0.78:
            target = self.random.choice(["x", "y", "x", "x, y"])
            head = f"for {target} in {self.random.choice(['l', 's', 'd', 'messages', 'd.items()', '[]', '(1, 2)', self.expression(1)])}"
            if self.random.random() < 0.2:
                head += f" if {self.random.choice(['x', 'x is odd', 'x is string', 'loop'])}"
            info = "{{ " + self.random.choice(["loop.index", "loop.last", "loop.length", "loop.previtem", "x"]) + " }}"
            middle = self.tag("else") + self.text() if self.random.random() < 0.3 else ""
            return self.tag(head) + info + self.block(depth - 1, True) + middle + self.tag("endfor")
        if pick < 0.86:
            return self.tag(f"set {self.random.choice(['x', 'y', 's', 'q'])} = {self.expression(2)}")
        if pick < 0.89:
            return self.tag("set y") + self.block(depth - 1) + self.tag("endset")
        if pick < 0.92:
            return self.tag("macro m(x, y=1)") + self.block(depth - 1) + self.tag("endmacro") + "{{ m(" + self.expression(1) + ") }}"
        if pick < 0.94:
            return self.tag(f"filter {self.random.choice(['upper', 'trim', 'indent', 'length'])}") + self.block(depth - 1) + self.tag("endfilter")
        if pick < 0.96:
            return self.tag(f"with x = {self.expression(1)}") + self.block(depth - 1) + self.tag("endwith")
        if pick < 0.98 and in_loop:
            return self.tag(self.random.choice(["break", "continue"]))
        return self.random.choice(["{# c #}", "{#- c -#}", "{% raw %} {{ r }} {% endraw %}", "{% generation %}g{% endgeneration %}"])


def make(seed, count):
    maker = Maker(seed)
    for _ in range(count):
        yield maker.block(4)
