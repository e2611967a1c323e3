"""Who is heard and who is not, how far each voice can be believed, and what weighting corrects."""
