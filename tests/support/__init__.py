"""What tests share: the cast, the blocked network, the real server, a browser."""
