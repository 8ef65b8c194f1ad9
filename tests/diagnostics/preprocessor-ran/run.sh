bindery build book --draft --verbose --allow-preprocessors
