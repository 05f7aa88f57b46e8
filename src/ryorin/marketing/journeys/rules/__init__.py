"""Decisions about journeys without a database."""
