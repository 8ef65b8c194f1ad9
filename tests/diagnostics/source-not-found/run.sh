bindery build inptu
