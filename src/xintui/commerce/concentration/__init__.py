"""售后集中 concentration: after-sales that gather beyond chance, looked into while what they earned waits."""
