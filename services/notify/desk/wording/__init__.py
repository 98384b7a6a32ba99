"""The words of the desk in both languages: claims, figures, sentences, the French catalogue."""
