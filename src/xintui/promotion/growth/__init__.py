"""成长路径 growth: from new user to city partner by dated rules on sales and credit, never on people recruited."""
