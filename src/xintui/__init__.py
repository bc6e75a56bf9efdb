"""信推 Xintui: social commerce whose every fen and every score can be explained and proved."""
