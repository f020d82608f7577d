"""The staff's face 工作台, the hall screen 驾驶舱 and the public ledger 公示: pages that put several rooms side by side."""
