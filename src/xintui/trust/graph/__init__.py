"""信用图谱 graph: whom trust reaches over who bought through whom from whom, and who only trades among themselves."""
