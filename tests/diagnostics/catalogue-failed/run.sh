bindery build input --formats epub
