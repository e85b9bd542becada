"""The strategy map: which goals a view holds, what is sent of them, and its pages."""
