bindery build input --draft --verbose --no-installed-fonts
