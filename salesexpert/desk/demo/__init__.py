"""The demo company: a plainly invented seller of floor-cleaning machines with two years of life (`manage.py demo`)."""
