"""The addresses of the desk: who may call them, what they ask for, what they answer with."""
