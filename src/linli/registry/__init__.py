"""Who and what is where: places, people, households, tenure, organisations, facilities, devices, roles."""
