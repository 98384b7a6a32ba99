"""Who here could …? Needs and offers in plain words, French and English, matched without a network.

The paper's example is a portal of Montpellier (section 2.2) that opened the competences of its
university laboratories to the smallest firms. What answers a question is words that both hold;
nothing is guessed, and every answer says which words they were.
"""
