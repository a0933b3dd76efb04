"""Opening hours: schedules, schedule groups and emergency groups as administrators keep them (CE43, CE18)."""
