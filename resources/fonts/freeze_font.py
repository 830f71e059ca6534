#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes Shearbench Sans from Inter: freeze_font.py FOLDER_WITH_INTER [OUTPUT_FOLDER]

Inter's default digits are proportional and Qt 5 cannot switch OpenType features on, so the tabular
figures are baked into the character map. The licence forbids the old name for a modified version,
so the family is renamed. Needs fontTools.
"""
import os
import sys

from fontTools import subset
from fontTools.ttLib import TTFont

STYLES = ("Regular", "Medium", "SemiBold", "Bold")
# Digits and the signs that stand in columns with them; point, comma and colon stay narrow.
TABULAR = set(range(0x30, 0x3A)) | {0x2212, 0x2B, 0x3D, 0xD7, 0x20AC, 0xB1, 0x2007}
# Latin, Greek, superscripts and subscripts, arrows, dashes, quotes, mathematical signs.
KEPT = (
    list(range(0x20, 0x180)) + list(range(0x370, 0x400)) + list(range(0x2070, 0x209D))
    + [0x2009, 0x200A, 0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2026, 0x2032, 0x2033,
       0x2190, 0x2191, 0x2192, 0x2193, 0x2197, 0x2212, 0x221A, 0x221E, 0x2248, 0x2260, 0x2264, 0x2265,
       0x2713, 0x2715, 0x2318, 0x25B2, 0x25BC, 0x25CF]
)


def tabular_glyphs(font):
    """Default glyph name -> tabular glyph name, from the font's tnum feature."""
    table = font["GSUB"].table
    glyphs = {}
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag == "tnum":
            for index in record.Feature.LookupListIndex:
                for part in table.LookupList.Lookup[index].SubTable:
                    glyphs.update(getattr(getattr(part, "ExtSubTable", part), "mapping", {}))
    return glyphs


def rename(font, style):
    for name in font["name"].names:
        if name.nameID in (1, 16):
            plain = name.nameID == 16 or style in ("Regular", "Bold")
            name.string = "Shearbench Sans" if plain else "Shearbench Sans " + style
        elif name.nameID == 4:
            name.string = "Shearbench Sans " + style
        elif name.nameID == 6:
            name.string = "ShearbenchSans-" + style
    if "CFF " in font:
        cff = font["CFF "].cff
        cff.fontNames = ["ShearbenchSans-" + style]
        cff.topDictIndex[0].FamilyName = "Shearbench Sans"
        cff.topDictIndex[0].FullName = "Shearbench Sans " + style


def freeze(source, target, style):
    font = TTFont(source)
    glyphs = tabular_glyphs(font)
    for table in font["cmap"].tables:
        if table.isUnicode():
            for point, glyph in list(table.cmap.items()):
                if point in TABULAR and glyph in glyphs:
                    table.cmap[point] = glyphs[glyph]
    options = subset.Options()
    options.layout_features = ["kern", "ccmp", "mark", "locl"]
    options.name_IDs = ["*"]
    options.notdef_outline = True
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=KEPT)
    subsetter.subset(font)
    rename(font, style)
    font.save(target)


def main():
    source, output = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "."
    for style in STYLES:
        freeze(os.path.join(source, f"Inter-{style}.otf"),
               os.path.join(output, f"ShearbenchSans-{style}.otf"), style)


if __name__ == "__main__":
    main()
