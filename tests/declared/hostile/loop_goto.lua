::here:: goto here
