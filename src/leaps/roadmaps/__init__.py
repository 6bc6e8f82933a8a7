"""Technologies, targets, milestones, action plans; upgrades and the dark periods they bring."""
