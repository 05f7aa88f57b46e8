"""Reads: the agenda gathered from the data, meetings for their pages, and the pack as PDF and PowerPoint."""
