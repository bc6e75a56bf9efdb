"""A package, because `house` lives as long as one: without this file pytest would keep it open to the very end."""
