bindery serve nowhere
