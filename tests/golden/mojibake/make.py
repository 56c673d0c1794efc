"""Golden file for the repair of mojibake: what ftfy (PyPI ftfy 6.3.1, fix_encoding) makes of lines written here.

"same" are those on which we agree. "own" are those on which we do not, with our answer and why.
"""
import json
import os

import ftfy

SAME = [
    "plain ASCII", "", "déjà vu, naïve, Ærøskøbing, smörgåsbord", "« été » à l’île", "„Straße“ – Fuß… Spaß” ok",
    "CAFÉ”", "£5, 20 °C, ½ cup, ¿qué?, ¡hola!", "Ürümqi Öl Äpfel Åse Ñandú Ça", "日本語のテキスト", "привет, мир", "שלום עולם",
    "Úžasné žluté město", "Å–2", "x² + y³ = 4 µm ± 5 %", "¡¿Ñ?!", "π ≈ 3.14, α + β", "😀 👩‍🔬",
    "cafÃ© au lait", "itâ€™s â€œquotedâ€\x9d â€” yesâ€¦", "naÃ¯ve faÃ§ade, piÃ±ata", "Ã¼ber StraÃŸe", "Ã–sterreich",
    "voilÃ  le travail", "voilÃ\xa0 le travail", "priceÂ£5 and 20Â°C", "Â© 2010 Â® Â«ouiÂ»", "PÃ¡gina Ã\xadndice",
    "Ð¿Ñ€Ð¸Ð²ÐµÑ‚", "Î±Î²Î³ ÎºÎ±Î¹", "×©×œ×•×\x9d", "Ù…Ø±Ø\xadØ¨Ø§", "æ—¥æœ¬èªž", "ðŸ˜€ ok", "â˜… â†’ â‚¬5 â„¢",
    "Ã¢â‚¬â„¢ and ÃƒÂ©", "ÃƒÆ’Ã‚Â©", "donâ\x80\x99t", "don\x92t \x93quoted\x94", "Ã©tÃ© and 日本 together", "DvoÅ™Ã¡k, ÄŒesko, ÅŸ, ÄŸ, Å‚Ã³dÅº",
    "khÃ´ng biáº¿t tiáº¿ng Viá»‡t", "à¸ªà¸§à¸±à¸ªà¸”à¸µ", "ì•ˆë…•", "ï»¿start", "StÃ©phane â€“ CÃ´te dâ€™Ivoire",
    "NESCAFÉ™ and BEYONCÉ™", "¸˛Ç◊ı˜Â¯˘¿", "3 Ã— 4 and x ≠ y", "firstÂ saw it. Â Then",
]
OWN = [
    ("AMANHÃ” DE MANHÃ", "AMANHÃ” DE MANHÃ", "correct Portuguese"),
    ("表ポあA鷗ŒéＢ逍Üßªąñ丂㐀", "表ポあA鷗ŒéＢ逍Üßªąñ丂㐀", "a list of characters"),
]


def main():
    same = [[text, ftfy.fix_encoding(text)] for text in SAME]
    own = [[text, ours] for text, ours, _ in OWN]
    assert all(ftfy.fix_encoding(text) != ours for text, ours, _ in OWN)
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "lines.json"), "w", encoding="utf-8") as file:
        json.dump({"same": same, "own": own}, file, ensure_ascii=True, indent=0)
        file.write("\n")


if __name__ == "__main__":
    main()
