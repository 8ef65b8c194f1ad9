# Ten megabytes are the most; the log of some two centuries.
yes 'At dawn the water stood a hand below the mark, the wind was light, and nothing moved on the mere but two coots.' | head -n 95000 >> book/log.md
bindery check book --formats epub --verbose
