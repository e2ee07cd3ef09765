"""A retail lakehouse: Bronze, Silver and Gold Delta tables behind audited gates."""
