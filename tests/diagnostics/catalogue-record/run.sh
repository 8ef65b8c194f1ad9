bindery catalogue output
