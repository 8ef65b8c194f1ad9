bindery build book --draft --verbose --fetch-images
