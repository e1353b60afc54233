"""What requests and responses hold. The descriptions make /docs."""
