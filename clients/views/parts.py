"""Answers to forms that live in a dialog or a panel of a page."""

from salesexpert.core.http import done

__all__ = ["done"]
