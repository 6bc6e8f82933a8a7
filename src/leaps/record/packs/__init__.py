"""The record as a Data Package: tables out of and into CSV, XLSX and zip files."""
