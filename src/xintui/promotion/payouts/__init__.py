"""提现: from money due to money paid, with tax, four eyes and one bill number for ever."""
