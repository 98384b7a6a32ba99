"""The words of the desk in both languages: claims, figures, sentences, catalogues."""
