"""The milieu of a territory: relays, inquiries, funded projects."""
